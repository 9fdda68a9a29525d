/// Which folders of its machine a connector may touch: one rule for all connectors that take the name of a file. A library of
/// theirs, so each brings it in its own folder of the plug-in path.
@NullMarked
package dev.daybook.connectors.roots;

import org.jspecify.annotations.NullMarked;
