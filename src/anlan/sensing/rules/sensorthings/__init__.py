"""The query language of OGC SensorThings 1.1, pure: words in, values and decisions out."""
