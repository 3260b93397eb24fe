"""The public pre-trained parts: fetched, verified and read with numpy alone."""
