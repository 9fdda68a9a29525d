/// Converters for single values: bytes as they are, and numbers in the encoding of Kafka's serializers.
@NullMarked
package dev.daybook.connect.plugin.stock;

import org.jspecify.annotations.NullMarked;
