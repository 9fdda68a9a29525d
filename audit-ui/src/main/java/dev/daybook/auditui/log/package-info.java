/// Reads the log as an ordinary Kafka client without a group. [Topics] lists what there is;
/// [Browse] reads newest first, [SingleEvent] one position, [LiveTail] what arrives. Whatever they
/// answer carries its [Coverage]: which offsets were looked at, and what stopped them.
@NullMarked
package dev.daybook.auditui.log;

import org.jspecify.annotations.NullMarked;
