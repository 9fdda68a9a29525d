/// The page in a real browser. [Chromium] is the system's; without one these scenes are skipped by
/// name, except with `-Pci`, where a missing browser is a failure.
@NullMarked
package dev.daybook.auditui.browser;

import org.jspecify.annotations.NullMarked;
