"""What the books say in numbers, summed in SQL."""
