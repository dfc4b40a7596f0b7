"""Gateway logs and bills of language models: from their bytes to what was called and paid."""
