interface Props<T> { title: string; onClose?(): void; items: Array<{ id: number }>; }
type Id = string | { raw: number };
enum Mode { Light = 'light', Dark }
declare module 'thing' { export function lent(a: number): { b: string }; }
namespace App.Views { export const nested = 1; }
export abstract class View<T extends { x: number }> extends Base<{ y: string }> implements Shown {
  private readonly name: string;
  constructor(private store: Store, public id = 1) { super(); }
  abstract render(): void;
  @Input() value?: Map<string, number> = new Map();
  private method<K>(key: K): K { return key; }
}
export const Page: React.FC<Props<number>> = ({ title }) => {
  return <div className="it's">Don't {title} <Item render={() => <b>x</b>} /></div>;
};
function overloaded(a: string): void;
function overloaded(a: any): void {}
