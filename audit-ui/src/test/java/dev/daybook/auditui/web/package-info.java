/// Files and description of the page.
@NullMarked
package dev.daybook.auditui.web;

import org.jspecify.annotations.NullMarked;
