"""The API proxy: carries the controller's requests to the API server and breaks those that it is told to.

It passes on what it reads byte for byte, keeps one connection to the server for each of the client, and hands the
client's own token through, so that nothing about an idle one shows. It runs inside the cluster with nothing but the
standard library, as every other process there does.
"""
