/// Values and their JSON.
@NullMarked
package dev.daybook.auditui.value;

import org.jspecify.annotations.NullMarked;
