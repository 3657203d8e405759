/** Series of a radar chart are told apart by dashes as well as by colour; as many series can be drawn. */
export const radarDashes = ['none', '7 4', '2 3', '10 3 2 3', '1 4', '12 5'];
export const radarColours = ['#0d8296', '#d1571b', '#8b5cf6', '#5c8f16', '#d6336c', '#7a726b'];
