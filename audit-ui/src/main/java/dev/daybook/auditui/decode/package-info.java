/// From stored bytes to a [dev.daybook.auditui.value.Value], whoever wrote them. Start at
/// [PayloadDecoder]; its answer is a [Payload], which keeps the bytes beside what they mean.
/// [AvroReader] and [JsonReader] are bounded in depth and in values; [Schemas] asks the registry.
@NullMarked
package dev.daybook.auditui.decode;

import org.jspecify.annotations.NullMarked;
