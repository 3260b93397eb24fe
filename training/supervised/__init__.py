"""The language model learns from examples: labels, rationales, the answers that it gave before."""
