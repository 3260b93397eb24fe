"""What the rationales of the cold start say, and how; and what a rationale says twice."""
