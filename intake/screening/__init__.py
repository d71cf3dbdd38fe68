"""What others know of a mail, asked over the network with time limits: name servers, scanners. It decides nothing."""
