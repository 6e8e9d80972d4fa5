// placeholder
export function createHand() { return { stop() {} }; }
