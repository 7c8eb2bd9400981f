"""The command line; thin, since everything it does can be had from the modules below it."""
