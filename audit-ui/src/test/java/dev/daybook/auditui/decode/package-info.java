/// Bytes and what they mean.
@NullMarked
package dev.daybook.auditui.decode;

import org.jspecify.annotations.NullMarked;
