/// The page over HTTP: [Api] and its routes answer JSON, [StaticPage] serves the browser's part.
/// Nothing here waits on an event loop; [Desk] runs each question on a virtual thread.
@NullMarked
package dev.daybook.auditui.web;

import org.jspecify.annotations.NullMarked;
