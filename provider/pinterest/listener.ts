/** A listener whose failures are lost: they are none of the operation that it is told of. */
export function harmless<T>(listener: (told: T) => void): (told: T) => void {
  return (told) => {
    try {
      listener(told);
    } catch {
      // As said.
    }
  };
}
