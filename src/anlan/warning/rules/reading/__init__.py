"""Reading an incoming Chinese warning text: what it says, and from which characters."""
