declare const service: unique symbol;

/** A symbol that remembers which interface it stands for, to ask a container for it. */
export type ServiceToken<Service> = symbol & { readonly [service]?: Service };
