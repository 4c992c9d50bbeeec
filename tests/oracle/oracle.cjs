// What Microsoft's own parser says about queries, as JSON lines.
//
//   node oracle.cjs < input > output
//
// The first line of the input is the schema: {"tables": {table: {column: type}}, "functions": [{name, parameters, body}]}. Each further
// line is {"id", "query"}; its answer is {"id", "errors": [{code, message, start, length}], "columns": [[name, type]] or null}.
// `npm ci` in this folder brings the parser; nothing of the product runs it.

const path = require('node:path')
const readline = require('node:readline')

const library = path.join(__dirname, 'node_modules/@kusto/language-service-next')
require(path.join(library, 'bridge.min.js'))
require(path.join(library, 'Kusto.Language.Bridge.min.js'))

const { KustoCode, GlobalState, Symbols } = Kusto.Language

/** Returns the parser's view of a database with these tables and functions. */
function globalsOf({ tables, functions }) {
  const members = []
  for (const [name, columns] of Object.entries(tables)) {
    const symbols = Object.entries(columns).map(
      ([column, type]) => new Symbols.ColumnSymbol(column, Symbols.ScalarTypes.GetSymbol(type)),
    )
    members.push(new Symbols.TableSymbol.$ctor4(name, symbols))
  }
  for (const { name, parameters, body } of functions) {
    members.push(new Symbols.FunctionSymbol.$ctor15(name, parameters, body, null))
  }
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('hunting', members))
}

function each(list, visit) {
  const count = System.Array.getCount(list)
  for (let index = 0; index < count; index += 1) visit(System.Array.getItem(list, index))
}

/** Returns the errors of a query, and the columns of its last result where that is a table. */
function examine(query, globals) {
  const code = KustoCode.ParseAndAnalyze(query, globals)
  const errors = []
  each(code.GetDiagnostics(), (found) => {
    if (found.Severity !== 'Error') return
    errors.push({ code: found.Code, message: found.Message, start: found.Start, length: found.Length })
  })
  let columns = null
  if (code.ResultType instanceof Symbols.TableSymbol) {
    columns = []
    each(code.ResultType.Columns, (column) => columns.push([column.Name, column.Type ? column.Type.Name : null]))
  }
  return { errors, columns }
}

let globals = null
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  if (!line) return
  const item = JSON.parse(line)
  if (globals === null) {
    globals = globalsOf(item)
    return
  }
  process.stdout.write(`${JSON.stringify({ id: item.id, ...examine(item.query, globals) })}\n`)
})
