//! Record batch v2: parse, check, codecs, sequences.
