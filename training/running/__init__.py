"""How a training runs: in sittings, in several processes, in little memory, in fewer bits."""
