"""Forms by subject. They say what a field may hold and why it is refused; they store nothing."""
