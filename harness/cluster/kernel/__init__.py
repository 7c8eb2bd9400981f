"""What the kernel of this machine shows of a cluster's containers, and does to them, whatever started them."""
