"""The server around the pages: who may speak to it, what it sends, what its sessions hold."""
