/// Apache Kafka's own Connect server beside ours.
@NullMarked
package dev.daybook.connect.oracle;

import org.jspecify.annotations.NullMarked;
