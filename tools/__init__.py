# Helpers without a model of their own: addresses, times, texts, keys and rates.
