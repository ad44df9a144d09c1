/** Something that calls a function when there is work: started once everything is there, stopped before the functions. */
export type Source = {
  start: () => void;
  /** Takes nothing new; what a function works on is not waited for. */
  stop: () => void;
};
