	<html><?php
namespace App\Http;
use Foo\Bar as Baz;
define('LIMIT', 10);
const VERSION = '1', BUILD = 2;
abstract class Controller extends Base implements Shown {
    use Trait1;
    const KIND = 'x';
    protected static ?array $cache = null;
    public function __construct(private string $name, int $n = 0) {}
    abstract protected function run(): void;
    public static function &make(array $a = ['{']): static { $f = function () {}; return new static; }
}
interface Shown {}
trait Helper { private function help() {} }
enum Suit: string { case Hearts = 'H'; case Spades = 'S'; }
function helper($x) { return <<<EOT
class Fake {
EOT; }
$config = ['a' => 1];
?> <b>don't</b> <?php function after() {} # comment ?>
