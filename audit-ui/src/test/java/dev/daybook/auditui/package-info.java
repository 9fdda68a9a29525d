/// The page as a whole, over HTTP and in a browser.
@NullMarked
package dev.daybook.auditui;

import org.jspecify.annotations.NullMarked;
