"""Money of any currency: currencies and their signs, amounts as stated, dated rates into USD."""
