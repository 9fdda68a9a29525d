/// Groups as stock clients see them, over real sockets and a real log.
@NullMarked
package dev.daybook.eventlog.group.wire;

import org.jspecify.annotations.NullMarked;
