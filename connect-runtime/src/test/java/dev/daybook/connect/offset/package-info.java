/// What may be committed when.
@NullMarked
package dev.daybook.connect.offset;

import org.jspecify.annotations.NullMarked;
