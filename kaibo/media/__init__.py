"""The picture of a show: keys, encoders, playlists, recordings; it never decides who may sell."""
