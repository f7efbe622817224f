using System;
namespace Example.Services;
[Serializable]
public partial class Service<T> : Base, IDisposable where T : class, new() {
    private readonly Dictionary<string, int> _cache = new();
    public event EventHandler Changed;
    public string Name { get; set; } = "a}";
    public int Count => _cache.Count;
    public string this[int index] { get { return ""; } }
    public Service(string name) : base(name) { }
    public async Task<T> LoadAsync<K>(K key, int n = 1) where K : struct { return default; }
    public static Service<T> operator +(Service<T> a, Service<T> b) => a;
    string verbatim = @"class Fake { ""x"" ";
    public delegate void Handler(object sender);
    enum Level { Low, High = 3 }
    struct Pair { public int Left; }
    interface IInner { void Do(); }
}
public record Point(int X, int Y);
