(function(){"use strict";
document.querySelectorAll("table.sortable").forEach(function(table){
table.querySelectorAll("thead th").forEach(function(th,column){
var button=document.createElement("button");button.type="button";
while(th.firstChild)button.appendChild(th.firstChild);
th.appendChild(button);th.setAttribute("aria-sort","none");
button.addEventListener("click",function(){
var down=th.getAttribute("aria-sort")!=="descending",body=table.tBodies[0];
var rows=Array.prototype.slice.call(body.rows).filter(function(row){return !row.classList.contains("total")});
function key(row){var cell=row.cells[column],value=cell.getAttribute("data-value");
return value===null?cell.textContent:value===""?-Infinity:parseFloat(value)}
rows.sort(function(a,b){var x=key(a),y=key(b),order=typeof x==="number"&&typeof y==="number"?x-y:String(x).localeCompare(String(y));return down?-order:order});
rows.forEach(function(row){body.appendChild(row)});
table.querySelectorAll("thead th").forEach(function(other){other.setAttribute("aria-sort","none")});
th.setAttribute("aria-sort",down?"descending":"ascending")})})});
window.addEventListener("beforeprint",function(){document.querySelectorAll("details").forEach(function(d){d.open=true})})
})();
