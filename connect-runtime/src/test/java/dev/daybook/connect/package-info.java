/// Scenes of whole workers.
@NullMarked
package dev.daybook.connect;

import org.jspecify.annotations.NullMarked;
