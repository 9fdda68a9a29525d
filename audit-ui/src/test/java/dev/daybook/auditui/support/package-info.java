/// What the scenes are made of: a log, servers that stand in for registry and Connect, and a page.
@NullMarked
package dev.daybook.auditui.support;

import org.jspecify.annotations.NullMarked;
