"""The parts of the benchmark runner; `registry` says what is measured."""
