/// How a command asks the server that runs on a data directory for something: over a Unix domain socket inside that
/// directory, which is closed to other users. Nothing of it is on TCP.
///
/// One request is one line of JSON, `{"command": "backup", …}`. Answers are lines too: any number of
/// `{"passed": BYTES}` while it works, then `{"done": {…}}` or `{"error": "a sentence"}`, and the connection closes. Who
/// hangs up earlier takes the request back.
///
/// Read [ControlSocket], the server's end, then [ControlClient].
@NullMarked
package dev.daybook.server.control;

import org.jspecify.annotations.NullMarked;
