"""Frame in, new frame out: every derived number of the app, without network, disk or clock."""
