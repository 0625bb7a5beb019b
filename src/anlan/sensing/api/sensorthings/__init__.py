"""OGC SensorThings 1.1 under /api/sensorthings/v1.1/."""
