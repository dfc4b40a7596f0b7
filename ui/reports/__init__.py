"""Reports that leave the product: one file each, with what its figures rest on."""
