"""The shell: its language, its sessions and the programs that it runs."""
