/// The other servers the page asks, the schema registry and Kafka Connect, over plain HTTP.
@NullMarked
package dev.daybook.auditui.upstream;

import org.jspecify.annotations.NullMarked;
