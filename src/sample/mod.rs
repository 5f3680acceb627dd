//! Floor 3: the generated company of the demo.
