"""Ways out: what a published piece looks like to browsers, feeds and other systems. It knows no database."""
