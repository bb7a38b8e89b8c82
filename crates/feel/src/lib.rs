//! FEEL, the expression language of DMN: parser, compiler, values, built-ins and limits.
