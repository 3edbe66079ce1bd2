//! What the kernel needs of the world, as traits.
