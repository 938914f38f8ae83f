"""The web site of the runs: its folder, its papers, and the order in which it is made."""
