// Keeps the newest so many; what falls out is counted.

export class Ring {
  constructor(capacity) {
    this.capacity = capacity;
    this.items = [];
    this.dropped = 0;
  }

  push(more) {
    this.items.push(...more);
    const over = this.items.length - this.capacity;
    if (over > 0) {
      this.items.splice(0, over);
      this.dropped += over;
    }
  }

  drain() {
    const drained = this.items;
    this.items = [];
    return drained;
  }
}
