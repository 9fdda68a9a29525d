/// Main, wiring and the `daybook` command: the one place that knows all rooms, so that no room knows another.
///
/// Read [Main], [ServerConfig], [Server], [HttpGuard].
@NullMarked
package dev.daybook.server;

import org.jspecify.annotations.NullMarked;
